import { NoProxyNetworks } from './no-proxy.js';

describe('NoProxyNetworks', () => {
  it.each([
    ['127.0.0.0/8', 'http://127.0.0.1:8080'],
    ['127.0.0.0/8', 'http://127.255.0.1'],
    ['example.com,10.0.0.0/8', 'https://10.1.2.3'],
    ['example.com 10.0.0.0/8', 'https://10.1.2.3'],
    ['10.1.2.3/32', 'https://10.1.2.3'],
    ['0.0.0.0/0', 'https://8.8.8.8'],
    ['fd00::/8', 'http://[fd12::1]:3000'],
    ['[fd00::]/8', 'http://[fd12::1]:3000'],
    ['0:0:0:0:0:0:0:1', 'http://[::1]'],
    ['[::1]', 'http://[::1]:8080'],
    ['192.168.1.7', 'http://192.168.1.7'],
  ])('%s includes %s', (noProxy, origin) => {
    expect(new NoProxyNetworks(noProxy).include(origin)).toBe(true);
  });

  it.each([
    ['', 'http://127.0.0.1'],
    ['127.0.0.0/8', 'http://128.0.0.1'],
    ['127.0.0.0/8', 'http://localhost'],
    ['10.0.0.0/33', 'http://10.0.0.1'],
    ['10.0.0.0/', 'http://10.0.0.1'],
    ['10.0.0.0/x', 'http://10.0.0.1'],
    ['10.0.0.0/-1', 'http://10.0.0.1'],
    ['fd00::/8', 'http://10.0.0.1'],
    ['.example.com', 'http://www.example.com'],
  ])('%s does not include %s', (noProxy, origin) => {
    expect(new NoProxyNetworks(noProxy).include(origin)).toBe(false);
  });
});
