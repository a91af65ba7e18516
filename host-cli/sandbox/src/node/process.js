// `node:process`.
const process = globalThis.process;
export const { env, argv, execArgv, pid, platform, arch, version, versions, cwd, chdir, exit, nextTick, hrtime, uptime, memoryUsage, on, once, off, emit, emitWarning, stdout, stderr } = process;
export default process;
