/** What tells one resource of a stack from another in an ARN: `pairs/index/waiting`, `POST/@connections/*`, `deliveries`. */
export function shortResource(arn: string): string {
  if (arn === "*") return arn;
  const [, , service, , , ...rest] = arn.split(":");
  const resource = rest.join(":");
  switch (service) {
    case "dynamodb":
      return resource.replace("table/", "");
    case "execute-api":
      return resource.split("/").slice(2).join("/");
    case "lambda":
      return resource.replace("function:", "");
    case "logs":
      return resource.replace(/^log-group:|:\*$/g, "");
    case "secretsmanager":
      return arn;
    default:
      return resource;
  }
}
