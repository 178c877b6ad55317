export interface Environment {
  readonly PROOFS_TABLE: string;
}

export const handler = async (): Promise<void> => {};
