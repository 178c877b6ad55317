/** Signs the events of this bench; it is no account's. */
export const webhookSecret = "whsec_of_the_bench_and_of_nobody_else";
