import { constants } from "node:fs";
import { access, mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { types } from "node:util";
import { StartError } from "./start-error.ts";

/** Makes the folder where it is missing. Rejects with a StartError when it cannot be made or written. */
export async function makeDataFolder(folder: string): Promise<void> {
  try {
    await make(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new StartError(`--data ${folder} cannot be written: ${messageOf(error)}`);
  }
  if (!(await stat(folder)).isDirectory()) throw new StartError(`--data ${folder} is not a folder.`);
}

/** Why a folder that can be written could not be used. */
export function unusable(folder: string, error: unknown): StartError {
  const cause = isError(error) ? error.cause : undefined;
  if (codeOf(cause) === "LEVEL_LOCKED") {
    return new StartError(`--data ${folder} is in use by another npm start.`);
  }
  const why = isError(cause) ? `${messageOf(error)}: ${cause.message}` : messageOf(error);
  return new StartError(`--data ${folder} holds what cannot be read: ${why}`);
}

/** Node's own recursive `mkdir` never ends where the system has no such file to be made, as under /proc. */
async function make(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    const parent = dirname(folder);
    if (codeOf(error) !== "ENOENT" || parent === folder) throw error;
    await make(parent);
    await mkdir(folder);
  }
}

const isError = (thrown: unknown): thrown is Error => types.isNativeError(thrown);
const codeOf = (error: unknown): unknown => (isError(error) && "code" in error ? error.code : undefined);
const messageOf = (error: unknown): string => (isError(error) ? error.message : String(error));
