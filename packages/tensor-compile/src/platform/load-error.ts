/** Says what to do if onnxruntime-node does not load. */
export function loadError(error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as { code?: string } | undefined)?.code;
  const library = /(\S+\.so[.\d]*|\S+\.dylib|\S+\.dll): cannot open shared object|Library not loaded: (\S+)/.exec(
    message,
  );
  let advice: string;
  if (code === 'ERR_MODULE_NOT_FOUND' && message.includes('onnxruntime-node'))
    advice =
      "it is not installed. Run `npm install onnxruntime-node@1.30`. Behind a firewall set ONNXRUNTIME_NODE_INSTALL=skip for that command: its install script downloads CUDA files that the 'cpu' and 'webgpu' providers do not need (pnpm skips the script by itself).";
  else if (library?.[1]?.startsWith('libonnxruntime'))
    advice = `its library ${library[1]} is missing. Reinstall it (with ONNXRUNTIME_NODE_INSTALL=skip behind a firewall).`;
  else if (library)
    advice = `the shared library ${library[1] ?? library[2]} is missing on this machine. Install the system package that holds it.`;
  else if (/file too short|invalid ELF/i.test(message))
    advice = 'its binary is damaged. Reinstall it (with ONNXRUNTIME_NODE_INSTALL=skip behind a firewall).';
  else if (/GLIBC|GLIBCXX|wrong architecture/i.test(message))
    advice =
      'its binary is not for this machine. It is built for Linux x64 and arm64 (glibc ≥ 2.28), macOS arm64 and Windows.';
  else if (/onnxruntime_binding\.node/.test(message))
    advice = `it has no binary for ${process.platform} ${process.arch}. Reinstall it, or use eagerExecutor().`;
  else advice = 'see the cause. eagerExecutor() works without it.';
  return new Error(`onnxruntime-node could not be loaded: ${advice} (${message.split('\n')[0]})`, { cause: error });
}
