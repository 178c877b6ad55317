import { BlockList, isIP } from "node:net";
import type { Pattern } from "./pattern.ts";

/** An address of version 4 or 6, or a range of them such as `203.0.113.0/24`. */
export function addressPattern(text: string): Pattern {
  const range = parse(text);
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

export function isAddressPattern(text: string): boolean {
  return parse(text) !== undefined;
}

function parse(text: string) {
  const [address = "", length, ...rest] = text.split("/");
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const prefix = length === undefined ? longest : Number(length);
  const isWrong = version === 0 || rest.length > 0 || prefix > longest || !/^\d{1,3}$/.test(length ?? "0");
  return isWrong ? undefined : ({ address, prefix, family: version === 4 ? "ipv4" : "ipv6" } as const);
}
