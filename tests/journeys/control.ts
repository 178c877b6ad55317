import type { Denial } from "../../local/iam/iam.ts";
import type { Ready } from "./running-program.ts";

/** A request to the control API; its JSON answer. Throws with the refusal of one that is refused. */
export async function control(ready: Ready, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${ready.control}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** Puts these rules in place of those in force. */
export const putFaults = (ready: Ready, ...rules: readonly object[]): Promise<unknown> =>
  control(ready, "PUT", "/faults", rules);

/** How often each rule fired, in order. */
export async function fired(ready: Ready): Promise<readonly number[]> {
  const { faults } = (await control(ready, "GET", "/faults")) as { faults: { fired: number }[] };
  return faults.map(({ fired }) => fired);
}

/** The calls that IAM refused. */
export const denials = async (ready: Ready): Promise<readonly Denial[]> =>
  ((await control(ready, "GET", "/iam")) as { denials: Denial[] }).denials;

/** Cuts the socket of the client that connected last without a `$disconnect`, and gives the id of its connection. */
export async function vanishNewest(ready: Ready, mode: "gone" | "half-open"): Promise<string> {
  const { connections } = (await control(ready, "GET", "/connections")) as {
    connections: { id: string; connectedAt: number }[];
  };
  const id = connections.toSorted((one, other) => other.connectedAt - one.connectedAt)[0]?.id ?? "";
  await control(ready, "POST", `/connections/${encodeURIComponent(id)}/vanish`, { mode });
  return id;
}
