/** Whether the system's loader finds a shared library, such as `libvulkan.so.1`, on its usual path. */
export function canLoad(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library);
    return true;
  } catch (error) {
    // Loaded, but not an addon of Node's: all that was asked.
    return /did not self-register/.test((error as Error).message);
  }
}
