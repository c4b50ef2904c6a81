/** The largest resident memory this process ever had, in MB. */
export const peakMegabytes = (): number => process.resourceUsage().maxRSS / 1024;
