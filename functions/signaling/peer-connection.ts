export interface Environment {
  readonly PEERS_TABLE: string;
}

export const handler = async (): Promise<void> => {};
