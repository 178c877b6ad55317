/**
 * The values of a path's parameters, by name: `{name}` in a route's path stands for one segment that is not
 * empty, percent-decoded. Undefined when the path is not the route's, or cannot be decoded.
 */
export function matchPath(route: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = route.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of given.entries()) {
    const name = /^\{(\w+)\}$/.exec(wanted[index] ?? "")?.[1];
    if (name === undefined) {
      if (segment !== wanted[index]) return undefined;
      continue;
    }
    const value = decoded(segment);
    if (!value) return undefined;
    parameters[name] = value;
  }
  return parameters;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
