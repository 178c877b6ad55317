import { validateHeaderName, validateHeaderValue } from "../../loopback/node-http.ts";

/** What goes back to the caller. A header that repeats has several entries. */
export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** False when HTTP cannot carry the header. */
export function isValidHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/** The headers with one more, which replaces those of its name. */
export function withHeader(
  headers: HttpResponse["headers"],
  name: string,
  value: string,
): HttpResponse["headers"] {
  return [...headers.filter(([key]) => key.toLowerCase() !== name.toLowerCase()), [name, value]];
}
