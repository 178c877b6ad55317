export interface WebhookSecrets {
  /** Gives an endpoint its first secret, and returns it. */
  issue(endpoint: string): string;
  /** The secrets that sign now, newest first. */
  live(endpoint: string): readonly string[];
  /** Gives the endpoint a new secret; the old ones sign on for `seconds` (https://docs.stripe.com/webhooks#roll-endpoint-secrets). */
  roll(endpoint: string, seconds: number): string;
  forget(endpoint: string): void;
}

interface Secret {
  readonly value: string;
  /** Epoch seconds. */
  readonly until: number;
}

/** `now` gives epoch seconds. */
export function createWebhookSecrets(now: () => number, newSecret: () => string): WebhookSecrets {
  const secrets = new Map<string, readonly Secret[]>();
  const live = (endpoint: string) => (secrets.get(endpoint) ?? []).filter(({ until }) => until > now());
  const add = (endpoint: string, old: readonly Secret[]) => {
    const value = newSecret();
    secrets.set(endpoint, [{ value, until: Infinity }, ...old]);
    return value;
  };
  return {
    issue: (endpoint) => add(endpoint, []),
    live: (endpoint) => live(endpoint).map(({ value }) => value),
    roll: (endpoint, seconds) =>
      add(
        endpoint,
        live(endpoint).map(({ value, until }) => ({ value, until: Math.min(until, now() + seconds) })),
      ),
    forget: (endpoint) => void secrets.delete(endpoint),
  };
}
