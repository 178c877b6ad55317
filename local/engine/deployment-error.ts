import { StartError } from "../start/start-error.ts";

/** What the engine itself says was wrong, of all that it has printed. */
export function deploymentError(error: unknown): StartError {
  const said = error instanceof Error ? error.message : String(error);
  const diagnostics = /\nDiagnostics:\n([\s\S]*?)\n\n(?=Outputs:|Resources:|Policies:|Duration:|$)/.exec(
    said,
  )?.[1];
  return new StartError(`Pulumi could not deploy index.ts: ${(diagnostics ?? said).trim()}`);
}
