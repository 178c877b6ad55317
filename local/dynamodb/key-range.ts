/** The keys of the store that begin with the prefix and a tilde: `item-peers` for the rows of that table. */
export const keyRange = (prefix: string) => ({ gte: `${prefix}~`, lt: `${prefix}\x7f` });
