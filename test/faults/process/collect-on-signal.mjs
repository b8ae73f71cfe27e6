/** Loaded before the program (`node --import`): collects garbage on SIGUSR2, if `--expose-gc` lets it. */
process.on('SIGUSR2', () => void globalThis.gc?.());
