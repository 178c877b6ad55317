/** The keys of the ordered store that begin with the prefix and a tilde: `item-peers` has the rows of `peers`. */
export const within = (prefix: string) => ({ gte: `${prefix}~`, lt: `${prefix}\x7f` });
