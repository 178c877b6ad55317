/** What a channel, a client id and a correlation id may be made of: KVS's own pattern. */
export const namePattern = /^[a-zA-Z0-9_.-]{1,256}$/;

/** The name under which a channel's master is known. No client id may equal it. */
export const masterName = "MASTER";

/**
 * Why a client id cannot be admitted. The KVS client keys plain objects by the sender's id, so that the
 * names of `Object.prototype` break its receiver; `AWS_` is reserved by KVS; `MASTER` is its own key of
 * the master.
 */
export function clientIdProblem(clientId: string): "malformed" | "hostile" | undefined {
  if (!namePattern.test(clientId)) return "malformed";
  const hostile =
    clientId === masterName || clientId.startsWith("AWS_") || Object.hasOwn(Object.prototype, clientId);
  return hostile ? "hostile" : undefined;
}
