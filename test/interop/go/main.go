// Command interop lets programs that others wrote judge what Portcullis makes, and make what Portcullis judges.
// It reads one JSON object a line on standard input and answers each with one line: {"ok":…,"error":…,"out":{…}}.
// `ok` is the verdict of the library that the operation names; test/interop/run.ts asks and compares.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"runtime"
	"runtime/debug"
)

type request struct {
	Op      string   `json:"op"`
	Note    string   `json:"note"`
	Vkeys   []string `json:"vkeys"`
	Policy  string   `json:"policy"`
	Origin  string   `json:"origin"`
	Proof   string   `json:"proof"`
	Hashes  []string `json:"hashes"`
	Leaf    string   `json:"leaf"`
	Leaves  []string `json:"leaves"`
	Index   int64    `json:"index"`
	Size    int64    `json:"size"`
	OldSize int64    `json:"oldSize"`
	Root    string   `json:"root"`
	OldRoot string   `json:"oldRoot"`
	URL     string   `json:"url"`
	Folder  string   `json:"folder"`
	Path    string   `json:"path"`
	Kind    string   `json:"kind"`
	Name    string   `json:"name"`
}

type answer struct {
	OK    bool           `json:"ok"`
	Error string         `json:"error"`
	Out   map[string]any `json:"out"`
}

var operations = map[string]func(request) (map[string]any, error){
	"versions": versions,

	"xmod.note":        openNote,
	"xmod.inclusion":   checkRecord,
	"xmod.consistency": checkTree,

	"torchwood.checkpoint": torchwoodCheckpoint,
	"torchwood.proof":      torchwoodProof,
	"torchwood.client":     torchwoodClient,
	"torchwood.cosign":     torchwoodCosign,
	"torchwood.makeProof":  torchwoodMakeProof,

	"formats.checkpoint": formatsCheckpoint,
	"formats.proof":      formatsProof,
	"formats.cosign":     formatsCosign,
	"formats.makeProof":  formatsMakeProof,

	"log.make":       makeLog,
	"witness.serve":  serveWitness,
	"witness.update": updateWitness,
	"agent.serve":    serveAgent,
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 8<<20)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		if err := out.Encode(run(lines.Bytes())); err != nil {
			os.Exit(1)
		}
	}
}

func run(line []byte) answer {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{Error: "request: " + err.Error()}
	}
	operation, found := operations[asked.Op]
	if !found {
		return answer{Error: "there is no operation " + asked.Op}
	}
	out, err := operation(asked)
	if err != nil {
		return answer{Error: err.Error(), Out: out}
	}
	return answer{OK: true, Out: out}
}

// versions names every module that was linked in, so that a result says what it was a result of.
func versions(request) (map[string]any, error) {
	out := map[string]any{"go": runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			out[module.Path] = module.Version
		}
	}
	return out, nil
}
