import { isIP } from "node:net";

export interface AddressRange {
  readonly address: string;
  /** How many leading bits the addresses share. */
  readonly prefix: number;
  readonly family: "ipv4" | "ipv6";
}

/** An address, or a range such as `203.0.113.0/24` or `2001:db8::/32`. Undefined for a text that is neither. */
export function addressRange(text: string): AddressRange | undefined {
  const [address = "", length, ...rest] = text.split("/");
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const prefix = length === undefined ? longest : Number(length);
  const isWrong = version === 0 || rest.length > 0 || prefix > longest || !/^\d{1,3}$/.test(length ?? "0");
  return isWrong ? undefined : { address, prefix, family: version === 4 ? "ipv4" : "ipv6" };
}
