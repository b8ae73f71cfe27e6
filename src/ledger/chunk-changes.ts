/** Items of a run for whoever has room. */
export interface NewChunk {
  readonly id: string;
  /** As JSON; the ledger does not look into it. */
  readonly items: string;
}

/** What the holder of a run changes about its chunks, with a checkpoint. */
export interface ChunkChanges {
  readonly added: readonly NewChunk[];
  /** How many results of each have gone into the counts of the run. */
  readonly counted: readonly { readonly id: string; readonly counted: number }[];
  /** The run has done with these: they are forgotten. */
  readonly settled: readonly string[];
}
