/** Loaded before the program (`node --import`): collects garbage on SIGUSR2, with `--expose-gc`. */
process.on('SIGUSR2', () => void globalThis.gc?.());
