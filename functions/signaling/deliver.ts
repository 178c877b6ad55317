export interface Environment {
  readonly PEERS_TABLE: string;
  readonly DELIVERIES_QUEUE_URL: string;
  readonly CONNECTIONS_URL: string;
}

export const handler = async (): Promise<void> => {};
