import * as v from "valibot";

const services = v.object({
  signaling: v.string(),
  billing: v.string(),
  issuer: v.string(),
  control: v.string(),
  stripeControl: v.string(),
});

/** The URLs that the page works with. */
export type Services = v.InferOutput<typeof services>;

/** Asks the console's own server where the services of this start are. */
export async function readServices(): Promise<Services> {
  const response = await fetch("configuration.json");
  if (!response.ok)
    throw new Error(`The console answered ${response.status}. Open the URL that was printed.`);
  return v.parse(services, await response.json());
}
