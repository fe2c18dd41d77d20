const SETS = `write compose draft|create make build produce|list name enumerate|explain describe clarify|give provide offer
find determine identify work-out|calculate compute figure-out|generate produce create|show display present|use utilise employ
help assist|want would-like wish|need require|good great fine|big large huge|small little tiny|important key crucial
people persons folks|many numerous lots-of|how in-what-way|get obtain receive|buy purchase|sell trade-in|start begin commence
end finish stop|quickly fast rapidly|simple easy plain|difficult hard tricky|example instance sample|sentence phrase statement
story tale narrative|paragraph passage text|question query problem|answer reply response|function method routine|code program script
array list sequence|string text|number figure|value amount|total sum overall|each every|some several a-few|following below given
imagine suppose picture|person individual human|child kid youngster|money cash funds|job work occupation|house home place
car vehicle automobile|day date|year twelve-months|difference distinction contrast|reason cause ground|way manner means
different distinct various|new fresh novel|old former previous|also too as-well|but yet however|because since as|can could may
should ought-to must|implement realise code-up|return give-back yield|check verify test|convert turn transform|remove delete drop
add include append|change alter modify|suggest propose recommend|discuss talk-about treat|summarize condense sum-up|translate render
classify sort categorise|rewrite reword rephrase|compare contrast weigh|design plan devise|choose pick select|information details facts
famous well-known noted|city town|country nation state|company firm business|student pupil learner|teacher tutor instructor
think believe reckon|know understand see|say tell state|ask enquire request|call name term|happy glad pleased|sad unhappy low
remaining left-over other|altogether in-total in-all|twice two-times|half one-half|bought purchased got|sold traded let-go
has owns holds|wants wishes hopes|makes creates earns|spends pays uses|takes needs lasts|costs is-priced-at goes-for`;

const ZH_SETS = `怎么 如何 怎样|可以 能否 能够|什么 啥 哪些|应该 应当 该|没有 未 没|现在 目前 如今|需要 须 要|但是 可是 不过
因为 由于|公司 单位 企业|老公 丈夫|老婆 妻子|孩子 小孩 子女|钱 款项|告 起诉|法院 人民法院|赔偿 补偿|办 处理|下列 以下
正确 对|错误 不对|说法 表述|如果 要是 假如|离婚 解除婚姻|合同 协议|警察 民警|欠款 债务|房子 房屋 住房|工资 薪水 薪资`;

/** Word to the words that may stand for it. */
function tableOf(sets: string): Map<string, string[]> {
  const table = new Map<string, string[]>();
  for (const set of sets.split(/[|\n]/)) {
    const words = set.split(' ').map((word) => word.replaceAll('-', ' '));
    for (const word of words) {
      const others = words.filter((other) => other !== word);
      if (others.length > 0 && !table.has(word)) table.set(word, others);
    }
  }
  return table;
}

export const SYNONYMS: ReadonlyMap<string, readonly string[]> = tableOf(SETS);
export const ZH_SYNONYMS: ReadonlyMap<string, readonly string[]> = tableOf(ZH_SETS);
