export interface ChaosWatch {
  /** Is told how the run goes on, line by line. */
  say(progress: string): void;
  isOver(): boolean;
}
