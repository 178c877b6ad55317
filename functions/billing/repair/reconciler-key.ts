/** The row, among the customers', of how far the reconciler has come. No user has it: theirs begin with a tenant's name. */
export const reconcilerKey = "#reconciler";
