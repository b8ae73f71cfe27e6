import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import { AxiosError, type AxiosRequestConfig, isCancel } from 'axios';
import { firstValueFrom } from 'rxjs';
import { json, status, type World, world } from '../testing/data-api.world.js';

describe('HttpService (D)', () => {
  let api: World;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    api = await world(json({}));
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const errorOf = (config: AxiosRequestConfig, of = api): Promise<AxiosError> =>
    firstValueFrom(of.http.request({ url: '/a', ...config })).then(
      () => Promise.reject(new Error('It did not fail')),
      (error: unknown) => error as AxiosError,
    );

  it.each<[string, AxiosRequestConfig, RegExp]>([
    ['socketPath', { socketPath: '/run/docker.sock' }, /give a URL/],
    ['httpAgent', { httpAgent: new Agent() }, /keeps the connections itself/],
    ['httpsAgent', { httpsAgent: {} }, /keeps the connections itself/],
    ['transport', { transport: {} }, /keeps the connections itself/],
    ['lookup', { lookup: () => Promise.resolve('127.0.0.1') }, /keeps the connections itself/],
    ['family', { family: 6 }, /keeps the connections itself/],
    ['proxy', { proxy: { host: '127.0.0.1', port: 1 } }, /HTTP_PROXY/],
    ['insecureHTTPParser', { insecureHTTPParser: true }, /violates HTTP/],
    ['maxRate', { maxRate: 100 }, /as a whole/],
    ['onUploadProgress', { onUploadProgress: () => {} }, /as a whole/],
    ['onDownloadProgress', { onDownloadProgress: () => {} }, /as a whole/],
    ['maxRedirects', { maxRedirects: 5 }, /not followed/],
    ['beforeRedirect', { beforeRedirect: () => {} }, /not followed/],
    ['decompress: false', { decompress: false }, /decoded/],
    ['responseType: stream', { responseType: 'stream' }, /arraybuffer/],
    ['httpVersion', { httpVersion: 2 }, /HTTP\/1\.1/],
    ['a stream as the body', { method: 'post', data: Readable.from(['a']) }, /Buffer/],
    ['a stream as the body', { method: 'post', data: new Blob(['a']).stream() }, /Buffer/],
  ])('refuses %s with a sentence, and sends nothing', async (option, config, remedy) => {
    const { message, code } = await errorOf(config);
    expect(message).toMatch(/^HttpService does not support .*: .*\. Nothing was sent$/);
    expect(message).toContain(`does not support ${option}: `);
    expect(message).toMatch(remedy);
    expect(code).toBe('ERR_NOT_SUPPORT');
    expect(api.server.requests).toEqual([]);
  });

  it('refuses proxy: false only where the environment names a proxy', async () => {
    await using direct = await world(json({}));
    await firstValueFrom(direct.http.get('/a', { proxy: false, decompress: true, httpVersion: 1, maxRedirects: 0 }));
    await using proxied = await world(json({}), { HTTP_PROXY: 'http://127.0.0.1:1' });
    expect((await errorOf({ proxy: false }, proxied)).message).toContain('NO_PROXY');
  });

  it.each([
    '/orders/../process',
    '/orders/..',
    '/orders/./process',
    '/orders/%2e%2E/process',
    '/orders\\..\\process',
    '/orders/..\\process',
    '/orders/.\t./process',
    '/orders/.\n.',
    '/orders/.. ',
    '../process',
    '/orders/..?a=1',
    '/orders/..#a',
  ])('refuses %j, which would become another path', async (url) => {
    expect(await errorOf({ url })).toMatchObject({ code: 'ERR_INVALID_URL', isAxiosError: true });
    expect(api.server.requests).toEqual([]);
  });

  it.each<[string, AxiosRequestConfig]>([
    ['a validateStatus that throws', { validateStatus: thrower(new TypeError('odd')) }],
    ['a validateStatus that throws text', { validateStatus: thrower('odd') }],
    ['a serializer that throws', { params: { a: 1 }, paramsSerializer: thrower(new Error('odd')) }],
    ['an address that cannot be parsed', { url: 'http://[' }],
    ['an address without a scheme', { url: '//127.0.0.1/a' }],
    ['another protocol', { url: 'ftp://127.0.0.1/a' }],
    ['an unknown encoding', { responseEncoding: 'no-such' }],
    ['an object as a body', { method: 'post', data: 'a', transformRequest: () => ({}) }],
    ['a header beyond Latin-1', { headers: { 'X-Name': '日本' } }],
    ['a Content-Length that is not the body’s', { method: 'post', data: 'a', headers: { 'Content-Length': '5' } }],
    ['a negative timeout', { timeout: -1 }],
    ['an unknown host', { url: 'http://127.0.0.1:1/a', retry: { attempts: 1 } }],
  ])('rejects %s with an AxiosError', async (_, config) => {
    await using open = await world(json({}));
    const error = await errorOf(config, open);
    expect(error).toBeInstanceOf(AxiosError);
    expect(error.code).toEqual(expect.any(String));
    expect(error.message).not.toBe('');
    expect(isCancel(error)).toBe(false);
  });

  it('leaves to validateStatus what is tried again by the policy', async () => {
    await using down = await world(status(503, '{"detail":"no"}'));
    const config = { validateStatus: () => true, retry: { attempts: 2, baseDelay: 1 } };
    const { data } = await firstValueFrom(down.http.get<unknown>('/a', config));
    expect(data).toEqual({ detail: 'no' });
    expect(down.server.requests).toHaveLength(2);
  });
});

function thrower(thrown: unknown): () => never {
  return () => {
    throw thrown;
  };
}
