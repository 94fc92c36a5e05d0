/** What a process of a worker was granted of the budget of its run. */
export interface RunBudgetGrantRow {
  run_seq: number;
  worker_id: string;
  instance: string;
  granted: number;
}
