import type { Account } from "../account.ts";
import { openDispute } from "../disputes.ts";
import { warnOfFraud } from "../early-fraud-warnings.ts";
import type { Charge } from "../stored.ts";
import type { TestCard } from "./test-cards.ts";

/** What some test cards bring after a payment that succeeded. */
export function followUp(account: Account, charge: Charge, card: TestCard | undefined): void {
  if (card?.aftermath === "dispute") openDispute(account, charge, "fraudulent");
  if (card?.aftermath === "early_fraud_warning") warnOfFraud(account, charge, "made_with_stolen_card");
}
