import type { AwsCommand, AwsJsonClient } from "../../functions/shared/aws/aws-json-client.ts";

type AnyCommand = AwsCommand<object, unknown>;

/** Has each later command of a client go through `around`, which sends it by `send`, or does not. */
export function aroundSends(
  client: AwsJsonClient,
  around: (command: AnyCommand, send: () => Promise<unknown>) => Promise<unknown>,
): void {
  const send = client.send.bind(client);
  client.send = ((command: AnyCommand, options) =>
    around(command, () => send(command, options))) as AwsJsonClient["send"];
}
