/** The chat page's files by path, or `null` when `pathname` is none of them. */
export function pageAsset(pathname: string): Response | null {
  return pathname === "/" ? new Response("scale-chat") : null;
}
