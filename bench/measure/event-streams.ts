import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';

/** As many as the service takes of one caller. */
const STREAMS_OF_AN_ADDRESS = 5;

/** Opens streams of the ops API, from as many addresses as that takes. Returns what closes them. */
export async function openStreams(url: string, streams: number): Promise<() => void> {
  const open: ClientRequest[] = [];
  for (let at = 0; at < streams; at++) {
    const localAddress = `127.0.0.${2 + Math.floor(at / STREAMS_OF_AN_ADDRESS)}`;
    const request = get(`${url}/api/v1/events`, { localAddress, agent: false });
    open.push(request);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    if (response.statusCode !== 200) throw new Error(`A stream was answered ${response.statusCode}`);
    response.resume();
  }
  return () => {
    for (const request of open) request.on('error', () => undefined).destroy();
  };
}
