/** Loaded before the program (`--import`): SIGUSR2 blocks its event loop for `BLOCK_FOR_MS`. */
process.on('SIGUSR2', () => {
  process.stdout.write(`${JSON.stringify({ level: 'info', msg: 'Loop blocked' })}\n`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(process.env.BLOCK_FOR_MS));
});
