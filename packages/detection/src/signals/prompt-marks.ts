// What a prompt asks for, as yes-or-no marks that a reviewer can check by reading it. Word lists in several languages; none of
// them is about a topic. A language that a list lacks makes its mark rarer. That can lose an extraction but not make one, other than with
// `personal`: people whose "my" is not known look more like generated prompts. So its list has more languages than the others.

/** One bit each; `marksOf` returns their union. */
export const marks = {
  /** Speaks of the writer's own life or work ("my invoice", 我的): what people do and prompt generators seldom do. */
  personal: 1,
  /** Tells the model to do something. */
  instruction: 2,
  question: 4,
  /** Asks for the steps of reasoning. */
  reasoning: 8,
  /** Forces tags, fields or one exact output format. */
  format: 16,
  /** Gives a rubric or asks for a grade of another answer. */
  grading: 32,
  /** Asks for earlier reasoning or hidden instructions again. */
  repetition: 64,
  /** Asks to reword a text, or to translate it. */
  rewriting: 128,
  /** Asks for training material: many examples, questions or instructions at once. */
  synthesis: 256,
  /** Describes tools to be called. */
  tools: 512,
} as const;

export type MarkName = keyof typeof marks;

const HEAD_UNITS = 1200;
const TAIL_UNITS = 400;

const words = (list: string): string => `(?<![\\p{L}\\p{N}])(?:${list})(?![\\p{L}\\p{N}])`;

/** Dutch, Scandinavian, Polish, Czech, Ukrainian, Turkish, Indonesian, Vietnamese, Finnish, Greek, Hebrew, Arabic, Hindi, Bengali; more of Portuguese and Italian. Words that no other of these languages has. */
const further =
  'ik|mijn|jag|jeg|mój|moja|moje|mojego|mojej|mnie|můj|мій|мене|мені|моє|benim|bana|beni|bizim|saya|kami|tôi|minun|minä|μου|εγώ|εμένα|אני|שלי|אנחנו|أنا|لي|عندي|أريد|मैं|मेरा|मेरी|मेरे|मुझे|हमारा|আমি|আমার|আমাকে|meus|minhas|nosso|nossa|miei|mie|nostro|nostra';
const personal = new RegExp(
  `${words("i|i'm|i’m|i've|i’ve|i'd|my|me|mine|myself|we|our|us|je|mon|ma|mes|moi|nous|notre|yo|mis|nuestro|ich|mein|meine|meinen|mir|mich|wir|unser|я|мне|мой|моя|меня|мы|eu|meu|minha|io|mio|mia")}|${words(further)}|(?<!\\p{L})j['’]|[我咱俺私僕]|저는|나는|제가|ผม|ฉัน`,
  'u',
);
const verbs =
  'write|create|generate|give|provide|describe|explain|list|classify|identify|summarize|summarise|translate|compare|convert|rewrite|edit|find|suggest|design|construct|compose|imagine|implement|analyze|analyse|develop|determine|calculate|compute|name|make|tell|think|answer|complete|fill|arrange|categorize|predict|outline|discuss|rank|sort|evaluate|pretend|solve|build|propose|draft|produce|state|show|assess|extract|correct|please|act as|come up with|you are|given';
const instruction = new RegExp(
  `(?:^|[.!?:;\\n]\\s*["'#*\\-]*\\s*)(?:${verbs}|écri\\p{L}*|donne\\p{L}*|explique\\p{L}*|décri\\p{L}*|traduis|traduisez|résume\\p{L}*|crée\\p{L}*|génère|escrib\\p{L}+|explica|traduce|crea|genera|schreib\\p{L}*|erklär\\p{L}*|übersetze\\p{L}*|напиш\\p{L}*|объясн\\p{L}*)(?!\\p{L})|请|給出|给出|翻译|解释|列出|描述|总结|分析一下|写一|ください`,
  'u',
);
const question = new RegExp(
  `[?？؟]|(?:^|\\n)\\s*${words('what|how|why|who|which|where|when|can|could|is|are|do|does|should|would')}|[吗呢]|什么|怎么|如何|多少|是否|哪[个些种里]`,
  'u',
);
const reasoning =
  /step[- ]by[- ]step|chain[- ]of[- ]thought|(?:show|explain|give|describe|detail|provide|write out)\s+(?:\p{L}+\s+){0,3}(?:reasoning|rationale|working|thought process|(?:your|its) thinking)|(?:show|give|list|write out)\s+(?:your|all|every|each|intermediate|the intermediate)\s+(?:\p{L}+\s+){0,2}steps?|think (?:carefully|aloud|out loud|through)|let['’]s think|reasoning (?:before|process|trace|steps)|before (?:giving|you give|answering)|推理过程|推理過程|一步一步|逐步|思考过程|étape par étape|(?:ton|votre) raisonnement|paso a paso|(?:tu|su) razonamiento|schritt für schritt|шаг за шагом|ステップ(?:バイ|ごと)|段階的に考え/u;
const format =
  /<\/?[a-z_]{2,24}>|\[result\]|\[\[\w+\]\]|output format|(?:output|answer|respond|reply|return)\s+(?:only|strictly|with only|in json|yes or no)|only (?:output|return|respond|reply)|format (?:your|the) (?:answer|response|output)|"\w+":\s|输出格式|以json|格式如下|只输出|nur mit|uniquement/u;
const grading =
  /rubric|score of \d|(?:rate|score|grade)\s+(?:\p{L}+\s+){0,6}(?:from|between|on a scale)|reference answer|evaluate the (?:response|answer)|response to evaluate|评分|打分|note sur|bewerte/u;
const repetition =
  /(?:repeat|restate|reveal|print|output|quote)\s+(?:\p{L}+\s+){0,3}(?:previous|prior|above|earlier|system prompt|instructions|reasoning|verbatim)|(?:reasoning|thinking|steps) (?:behind|that led to) (?:\p{L}+\s+){0,3}(?:answer|response|completion)|how you (?:arrived at|came to|reached) (?:that|this|your|the)|répète[zr]?\s+(?:ton|ta|votre|mot)|repit[ea]\s+(?:tu|su|palabra)|wiederhol\p{L}*\s+(?:deine|ihre|wort)|повтори(?:те)?\s+(?:сво|тво|ваш|предыдущ|дословно)|(?:重复|复述|重述)(?:上|之前|你|前面)|系统提示/u;
const rewriting =
  /(?:rewrite|rephrase|paraphrase|reword)|\btranslate\b|translation (?:of the following|into)|改写|(?:请|将|把|帮我).{0,40}翻[译譯]|翻[译譯](?:成|为|為|以下|下面|這|这)|traduis|traduce\b|übersetze|перевед(?:и|ите)(?!\p{L})|neutral (?:tone|wording)|avoid(?:ing)? (?:\p{L}+\s+){0,2}(?:sensitive|banned|censored|forbidden)|(?:safe|safer|acceptable|inoffensive) (?:alternative|wording|phrasing|version)s? (?:of|for|to) (?:(?:this|these|the following)\s+)(?:quer|question|prompt|sentence|text|topic|request)|(?:pass|get past|not trigger) (?:\p{L}+\s+){0,2}(?:censor|filter|moderation)|(?:避开|避免|规避|替换|不含).{0,8}(?:敏感|违禁)|reformul(?:e|ez|er) |umformulier\p{L}*|reformula(?:r)? |перефразируй/u;
const synthesis =
  /(?:generate|create|come up with|write|produce)\s+(?:a (?:list|set|series) of\s+|(?:\d+|ten|twenty|five|several|many|diverse|multiple)\s+)(?:\p{L}+\s+){0,4}(?:questions|examples|instructions|tasks|prompts|samples|pairs|sentences|variations|dialogues|conversations)|(?:generate|create|write|produce|make)\s+(?:\p{L}+\s+){0,4}training (?:data|example|set)|few[- ]shot (?:example|prompt)|(?:生成|构造|创建|制作).{0,12}(?:数据集|训练数据)/u;
const tools =
  /tools? (?:access|available|you can)|available (?:tools|functions)|function[- ]calling|(?:call|use) (?:one of )?the (?:following|given) (?:tools|functions)|(?:可用|可用的|调用|以下|下列)工具|工具调用/u;

const rules: readonly (readonly [pattern: RegExp, bit: number])[] = [
  [personal, marks.personal],
  [instruction, marks.instruction],
  [question, marks.question],
  [reasoning, marks.reasoning],
  [format, marks.format],
  [grading, marks.grading],
  [repetition, marks.repetition],
  [rewriting, marks.rewriting],
  [synthesis, marks.synthesis],
  [tools, marks.tools],
];

/** Marks that say an answer is worth training on. */
export const trainingMarks =
  marks.reasoning |
  marks.format |
  marks.grading |
  marks.repetition |
  marks.rewriting |
  marks.synthesis |
  marks.tools;

export function marksOf(prompt: string): number {
  const cut =
    prompt.length <= HEAD_UNITS + TAIL_UNITS
      ? prompt
      : `${prompt.slice(0, HEAD_UNITS)}\n${prompt.slice(-TAIL_UNITS)}`;
  const text = cut.toLowerCase();
  let found = 0;
  for (const [pattern, bit] of rules) if (pattern.test(text)) found |= bit;
  return found;
}
