/** A style sheet that is put into a page as it is: `import style from "./page.css" with { type: "text" }`. */
declare module "*.css" {
  const text: string;
  export default text;
}
