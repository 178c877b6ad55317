/** https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html, `uri` */
const invokeArn =
  /^arn:aws:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/(arn:aws:lambda:[^/]+)\/invocations$/;

/** The function of an invoke ARN. Throws on another integration URI. */
export function functionArnOf(integrationUri: string): string {
  const functionArn = invokeArn.exec(integrationUri)?.[1];
  if (functionArn) return functionArn;
  throw new Error(
    `${integrationUri} is not supported by the local cloud: it must be a function's invoke ARN.`,
  );
}
