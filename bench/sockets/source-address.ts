/** Sockets that one source address can open to one server: well below Linux's 28,232 ephemeral ports. */
const perAddress = 10_000;

/**
 * The loopback address that the nth socket comes from: the system's choice for the first ten thousand, then
 * another of 127.0.0.0/8 for each ten thousand.
 */
export function sourceAddress(index: number): string | undefined {
  const block = Math.floor(index / perAddress);
  return block === 0 ? undefined : `127.0.1.${block}`;
}

/** Why so many sockets cannot be opened here; undefined when they can. `openFiles` is the limit of a process. */
export function socketsProblem(
  sockets: number,
  openFiles: number,
  platform: NodeJS.Platform,
): string | undefined {
  const needed = sockets + 500;
  if (needed > openFiles) {
    return `${sockets} sockets need ${needed} open files a process, and ${openFiles} are allowed. Run \`ulimit -n ${needed}\` first, or ask for fewer with --sockets.`;
  }
  if (sockets > perAddress && platform !== "linux") {
    return `Only on Linux is all of 127.0.0.0/8 there; elsewhere --sockets is at most ${perAddress}.`;
  }
  return undefined;
}
