import { TurnRelay } from "../../components/turn-relay.ts";

/** The secret that the relay and the billing API share. */
export const turnSecretArn = "arn:aws:secretsmanager:us-east-1:111122223333:secret:turn-a1b2c3";

/** A relay as it is configured by default. */
export function declareRelay(): TurnRelay {
  return new TurnRelay("relay", {
    secretArn: turnSecretArn,
    tasks: 2,
    cpu: 512,
    memory: 1_024,
    image: "docker.io/coturn/coturn:4.17.0-r0",
    cidrBlock: "10.97.0.0/24",
    logRetentionDays: 14,
  });
}
