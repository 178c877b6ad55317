import * as v from "valibot";
import { type Identity, identityInQuery, queryOf } from "./identity.ts";
import { observeWebSockets } from "./observed-web-socket.ts";
import { PeerPanel } from "./peer-panel.ts";
import { setUpReplay } from "./replay-proof.ts";
import { readServices, type Services } from "./services.ts";
import { SubscriptionRoom } from "./subscription-room.ts";
import { part } from "./template-part.ts";

const resources = v.object({ resources: v.array(v.object({ type: v.string() })) });

/**
 * The console page: two peers and a subscription, or the one peer that the query names
 * (`?role=VIEWER&user=…&channel=…&clientId=…`). Checkout leads back to it with `?session_id=…`.
 *
 * For tests: `connect-both`, `second-tab`, `cloud`, `page-note`, `page-problem`, and those that `PeerPanel`,
 * `SubscriptionRoom` and `setUpReplay` name.
 */
async function start(): Promise<void> {
  observeWebSockets();
  const services = await readServices();
  const query = identityInQuery(location.search);
  const panels = identities(query).map(
    (identity) => new PeerPanel(part(document, "#peer-panel", HTMLTemplateElement), services, identity),
  );
  part(document, "#panels", HTMLElement).append(...panels.map(({ element }) => element));
  document.body.dataset.peers = String(panels.length);

  const [first, last = first] = panels;
  if (!first || !last) return;
  setUpSecondTab(last);
  setUpConnectBoth(panels);
  setUpSubscription(services, panels);
  if (query.role === "MASTER") part(document, "#replay", HTMLElement).remove();
  else setUpReplay(part(document, "#replay", HTMLElement), services, () => last.identity);
  await showCloud(services);
}

function identities({ role, user, channel = "demo", clientId }: Partial<Identity>): Identity[] {
  const master: Identity = { role: "MASTER", user: user ?? "alice", channel, clientId: undefined };
  const viewer: Identity = { role: "VIEWER", user: user ?? "bob", channel, clientId: clientId ?? "bob-1" };
  if (role === undefined)
    return [
      { ...master, user: "alice" },
      { ...viewer, user: "bob" },
    ];
  return [role === "MASTER" ? master : viewer];
}

/** The link follows the fields, and takes a client id of its own: the newest connection of an id wins. */
function setUpSecondTab(panel: PeerPanel): void {
  const link = part(document, "[data-testid=second-tab]", HTMLAnchorElement);
  if (document.body.dataset.peers === "1") {
    link.textContent = "Show both peers";
    link.href = "?";
    link.removeAttribute("target");
    return;
  }
  const follow = () => {
    const identity = panel.identity;
    link.href = queryOf({ ...identity, clientId: `${identity.clientId ?? "viewer"}-tab` });
  };
  panel.element.addEventListener("input", follow);
  follow();
}

function setUpConnectBoth(panels: readonly PeerPanel[]): void {
  const button = part(document, "[data-testid=connect-both]", HTMLButtonElement);
  button.hidden = panels.length === 1;
  button.addEventListener("click", async () => {
    button.disabled = true;
    await connectAll(panels);
    button.disabled = false;
  });
}

async function connectAll(panels: readonly PeerPanel[]): Promise<boolean> {
  for (const panel of panels) {
    if (!(await panel.connect())) return false;
  }
  return true;
}

function setUpSubscription(services: Services, panels: readonly PeerPanel[]): void {
  const room = part(document, "#subscription", HTMLElement);
  const [master, viewer] = panels;
  if (!master || !viewer) {
    room.remove();
    return;
  }
  new SubscriptionRoom(room, services, master.identity.user, (user) => {
    // A channel and a client id belong to who took them first.
    const suffix = crypto.randomUUID().slice(0, 8);
    const { channel } = master.identity;
    const own = master.identity.user === user ? channel : `paid-${suffix}`;
    master.become({ user, channel: own });
    viewer.become({ user, channel: own, clientId: `paid-${suffix}` });
    return connectAll(panels);
  });
  if (!new URLSearchParams(location.search).has("session_id")) return;
  const note = part(document, "#page-note", HTMLElement);
  note.hidden = false;
  note.textContent = "Back from Checkout. The tab in which you bought shows what came of it.";
}

async function showCloud({ control }: Services): Promise<void> {
  const line = part(document, "[data-testid=cloud]", HTMLElement);
  const answer: unknown = await fetch(`${control}/resources`)
    .then((response) => response.json())
    .catch(() => undefined);
  const parsed = v.safeParse(resources, answer);
  const count = parsed.success
    ? parsed.output.resources.filter(({ type }) => type.startsWith("aws:")).length
    : undefined;
  line.textContent =
    count === undefined ? "The local cloud does not answer." : `Local cloud: ${count} AWS resources`;
}

start().catch((fault: unknown) => {
  const problem = part(document, "#page-problem", HTMLElement);
  problem.hidden = false;
  problem.textContent = fault instanceof Error ? fault.message : String(fault);
});
