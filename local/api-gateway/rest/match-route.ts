import { type ApiDefinition, type Method, methodKey, type Resource } from "./api-definition.ts";

export interface RouteMatch {
  readonly resource: Resource;
  readonly method: Method;
  /** Percent-decoded, except where that fails. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Finds the method that serves a request, or `undefined`. */
export type RouteMatcher = (path: string, httpMethod: string) => RouteMatch | undefined;

/**
 * A static segment wins over `{parameter}`, and both over a greedy `{parameter+}`
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html).
 * One slash at the end of the path makes no difference.
 */
export function routeMatcher({ resources, methods }: ApiDefinition): RouteMatcher {
  const byParent = Map.groupBy(resources.values(), ({ parentId }) => parentId ?? "");

  const descend = (
    resource: Resource,
    segments: readonly string[],
    parameters: Record<string, string>,
    httpMethod: string,
  ): RouteMatch | undefined => {
    const [segment, ...rest] = segments;
    if (segment === undefined) {
      const method =
        methods.get(methodKey(resource.id, httpMethod)) ?? methods.get(methodKey(resource.id, "ANY"));
      return method && { resource, method, pathParameters: parameters };
    }
    const children = byParent.get(resource.id) ?? [];
    const exact = children.find(({ pathPart }) => pathPart === decode(segment));
    if (exact) return descend(exact, rest, parameters, httpMethod);
    if (segment === "") return undefined;
    const single = children.find(({ pathPart }) => /^\{[^+]*\}$/.test(pathPart));
    const found =
      single &&
      descend(single, rest, { ...parameters, [single.pathPart.slice(1, -1)]: decode(segment) }, httpMethod);
    if (found) return found;
    const greedy = children.find(({ pathPart }) => pathPart.endsWith("+}"));
    return (
      greedy &&
      descend(
        greedy,
        [],
        { ...parameters, [greedy.pathPart.slice(1, -2)]: decode(segments.join("/")) },
        httpMethod,
      )
    );
  };

  return (path, httpMethod) => {
    const root = byParent.get("")?.[0];
    const segments = path.split("/").slice(1);
    if (segments.at(-1) === "") segments.pop();
    return root && descend(root, segments, {}, httpMethod);
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
