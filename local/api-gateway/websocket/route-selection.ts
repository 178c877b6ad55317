/** Names of members, from the outermost: `$request.body.data.kind` is `["data", "kind"]`. */
export type BodyPath = readonly string[];

const expressionForm = /^\$(?:request\.body((?:\.[\w-]+)+)|\{request\.body((?:\.[\w-]+)+)\})$/;
const reservedKeys = new Set(["$connect", "$disconnect", "$default"]);

/**
 * Reads `$request.body.<path>` or `${request.body.<path>}`. API Gateway knows more forms; this throws on them.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html
 */
export function parseRouteSelectionExpression(expression: string): BodyPath {
  const match = expressionForm.exec(expression);
  const path = match?.[1] ?? match?.[2];
  if (!path) {
    throw new Error(
      `The route selection expression ${expression} is not supported by the local cloud: it must be $request.body.<path>.`,
    );
  }
  return path.slice(1).split(".");
}

/**
 * The route that serves a message: the one whose key is the selected value, else `$default`, else none.
 * Numbers and booleans select as text; a body that is not JSON, or has no such member, selects nothing.
 * A client cannot name `$connect` or `$disconnect`.
 */
export function selectRoute<Route>(
  path: BodyPath,
  body: string,
  routes: ReadonlyMap<string, Route>,
): Route | undefined {
  const key = selectedKey(path, body);
  const named = key === undefined || reservedKeys.has(key) ? undefined : routes.get(key);
  return named ?? routes.get("$default");
}

function selectedKey(path: BodyPath, body: string): string | undefined {
  let value = parseJson(body);
  for (const name of path) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return typeof value === "object" || value === undefined ? undefined : String(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
