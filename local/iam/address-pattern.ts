import { BlockList, isIP } from "node:net";
import { addressRange } from "../../components/address-range.ts";
import type { Pattern } from "./pattern.ts";

/** An address of version 4 or 6, or a range of them such as `203.0.113.0/24`. */
export function addressPattern(text: string): Pattern {
  const range = addressRange(text);
  if (!range) throw new Error(`${text} is not an address or a range of addresses`);
  const { address, prefix, family } = range;
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return {
    text,
    matches: (value) => {
      const version = isIP(value);
      return version !== 0 && list.check(value, version === 4 ? "ipv4" : "ipv6");
    },
  };
}
