/**
 * The page's Content-Security-Policy: scripts and styles from its own server, connections to that server
 * and to the origins of `services` (URLs, `ws:` included), no frames, no forms, no DOM sinks of script.
 */
export function contentSecurityPolicy(services: readonly string[]): string {
  // URL.origin is "null" for ws: in no runtime of ours, yet the standard leaves it to the scheme.
  const origins = services.map((service) => {
    const { protocol, host } = new URL(service);
    return `${protocol}//${host}`;
  });
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${[...new Set(origins)].join(" ")}`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}
