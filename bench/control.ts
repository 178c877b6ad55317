import type { GrantUse } from "../tests/journeys/running-program.ts";

/** What the control API of a local cloud says; `url` carries its token. */
export async function grantsOf(url: string): Promise<readonly GrantUse[]> {
  return ((await read(`${url}/iam`)) as { grants: GrantUse[] }).grants;
}

/** Instances alive now, by function name. */
export async function instancesOf(url: string): Promise<Readonly<Record<string, number>>> {
  return ((await read(`${url}/instances`)) as { instances: Record<string, number> }).instances;
}

async function read(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the control API answered ${response.status}`);
  return response.json();
}
