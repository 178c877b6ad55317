/** The members that are not undefined, for spreading over defaults. */
export const defined = <Members extends object>(members: Members): Defined<Members> =>
  // Dropping undefined members is what the type says.
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<Members>;

type Defined<Members> = { [Name in keyof Members]?: Exclude<Members[Name], undefined> };
