import type { Identity } from "./identity.ts";
import { obtainProof } from "./obtain-proof.ts";
import { openSignaling } from "./open-signaling.ts";
import { cloudTime, loggedRefusal } from "./refusal-log.ts";
import type { Services } from "./services.ts";
import { part, textElement } from "./template-part.ts";

type Attempt =
  | { readonly kind: "opened"; readonly close: () => void }
  | { readonly kind: "refused"; readonly code: number };

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 200));

/**
 * The room that shows what a replay of a proof gives. `replay-proof` starts it; `replay-result` lists
 * what happened, each line with `data-result` `proof`, `opened`, `refused`, `logged` or `failed`.
 */
export function setUpReplay(room: HTMLElement, services: Services, viewer: () => Identity): void {
  const button = part(room, "[data-testid=replay-proof]", HTMLButtonElement);
  const list = part(room, "[data-testid=replay-result]", HTMLOListElement);
  const tell = (result: string, words: string) => {
    const line = textElement("li", result, words);
    line.dataset.result = result;
    list.append(line);
  };
  button.addEventListener("click", () => {
    button.disabled = true;
    list.replaceChildren();
    replay(services, viewer(), tell)
      .catch((fault: unknown) => tell("failed", `It could not be tried: ${fault}`))
      .finally(() => {
        button.disabled = false;
      });
  });
}

async function replay(
  services: Services,
  { user, channel }: Identity,
  tell: (result: string, words: string) => void,
): Promise<void> {
  // A client id of its own: a viewer that is in a call on this page keeps its connection.
  const clientId = `replay-${crypto.randomUUID().slice(0, 8)}`;
  const identity: Identity = { role: "VIEWER", user, channel, clientId };
  const outcome = await obtainProof(services, identity);
  if (outcome.kind === "refused") return tell("failed", outcome.words);
  tell("proof", `One proof for viewer ${clientId} of channel ${channel}.`);

  const first = await attempt(identity, outcome);
  if (first.kind === "refused") {
    return tell("failed", `The first connection was refused already (close code ${first.code}).`);
  }
  tell("opened", "First connection: open.");

  const since = await cloudTime(services).catch(() => 0);
  const second = await attempt(identity, outcome);
  first.close();
  if (second.kind === "opened") {
    second.close();
    return tell("failed", "Second connection: open too. The proof was accepted twice.");
  }
  tell(
    "refused",
    `Second connection: refused. The browser shows the page only close code ${second.code}, whatever the cause.`,
  );
  const cause = await loggedRefusal(services, since, pause).catch(() => undefined);
  tell(
    "logged",
    cause === undefined ? "The service's log names no cause yet." : `The service logged ${cause}.`,
  );
}

/** Opens the unmodified client once and tells whether it was let in. */
function attempt(identity: Identity, proof: { proof: string; url: string }): Promise<Attempt> {
  return new Promise((resolve) => {
    const client = openSignaling(identity, proof, {
      opened: () => resolve({ kind: "opened", close: () => client.close() }),
      sent: () => {},
      received: () => {},
      closed: (code) => resolve({ kind: "refused", code }),
    });
    client.on("error", () => {});
  });
}
