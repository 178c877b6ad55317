export interface Environment {
  readonly PEERS_TABLE: string;
  readonly CONNECTIONS_URL: string;
}

export const handler = async (): Promise<void> => {};
