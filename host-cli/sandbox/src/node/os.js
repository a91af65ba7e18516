// `node:os` of a machine that is the same everywhere.
export const EOL = '\n';
export const platform = () => 'linux';
export const type = () => 'Linux';
export const arch = () => 'x64';
export const release = () => '0';
export const hostname = () => 'localhost';
export const homedir = () => '/nowhere';
export const tmpdir = () => '/nowhere';
export const cpus = () => [{ model: '', speed: 0 }];
export const availableParallelism = () => 1;
export const totalmem = () => 0;
export const freemem = () => 0;
export const userInfo = () => ({ username: 'config', uid: 0, gid: 0, shell: null, homedir: '/nowhere' });
export const networkInterfaces = () => ({});
export const constants = { signals: {} };
export default { EOL, platform, type, arch, release, hostname, homedir, tmpdir, cpus, availableParallelism, totalmem, freemem, userInfo, networkInterfaces, constants };
