// An adapter in Go to start from: the standard library alone. Put your library where the functions compute, and take what is done out
// of unfinished. Spec/writing-an-adapter.md goes on from here, README.md beside this file says how to build it.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"
)

// refused: the input breaks a rule, a verdict; a reason class of Spec/adapter-protocol.md.
type refused string

func (reason refused) Error() string { return string(reason) }

// skipped: this adapter does not do what the request asks for; that is never a failure.
type skipped string

func (why skipped) Error() string { return string(why) }

// object is `in`, `out`, or a part of them.
type object map[string]any

type operation func(given object) (object, error)

// ---- Operations without state: a function from `in` to `out`

// decodeBigSize is one that reads: `out` says what was read.
func decodeBigSize(given object) (object, error) {
	data, err := given.bytes("bytes")
	if err != nil {
		return nil, err
	}
	width, least := 0, uint64(0)
	if len(data) > 0 && data[0] >= 0xfd {
		width = 2 << (data[0] - 0xfd)
		least = map[int]uint64{2: 0xfd, 4: 1 << 16, 8: 1 << 32}[width]
	}
	if len(data) < 1+width {
		return nil, refused("tlv.truncated")
	}
	if len(data) > 1+width {
		return nil, refused("tlv.length")
	}
	if width > 0 {
		data = data[1:]
	}
	value := binary.BigEndian.Uint64(append(make([]byte, 8-len(data)), data...))
	if value < least {
		return nil, refused("tlv.noncanonical")
	}
	return object{"value": strconv.FormatUint(value, 10)}, nil
}

// encodeBigSize is one that writes: `out` has the bytes.
func encodeBigSize(given object) (object, error) {
	value, err := given.number("value")
	if err != nil {
		return nil, err
	}
	form := "ff%016x"
	switch {
	case value < 0xfd:
		form = "%02x"
	case value < 1<<16:
		form = "fd%04x"
	case value < 1<<32:
		form = "fe%08x"
	}
	return object{"bytes": fmt.Sprintf(form, value)}, nil
}

// validateStaticInvoice is one that judges: an empty `out`, or refused.
func validateStaticInvoice(given object) (object, error) {
	invoice, err := given.bytes("bytes")
	if err != nil {
		return nil, err
	}
	now, err := given.number("now")
	if err != nil {
		return nil, err
	}
	return nil, skipped(fmt.Sprintf("let your library judge these %d bytes, as a payer at %d would", len(invoice), now))
}

var operations = map[string]operation{
	"bigsize.decode":          decodeBigSize,
	"bigsize.encode":          encodeBigSize,
	"static_invoice.validate": validateStaticInvoice,
}

// unfinished is what `hello` does not list yet: what it lists and does not do makes a run inconclusive.
var unfinished = map[string]bool{"static_invoice.validate": true}

// ---- A role: what has state between requests (Spec/stateful-operations.md)

// server is the frame of a static invoice server: it takes every message and does nothing about it.
type server struct {
	given object // of init: node_key, peers, graph, seed, limits, …
	now   uint64
}

func newServer(given object) (*server, error) {
	if _, err := given.bytes("node_key"); err != nil {
		return nil, err
	}
	now, err := given.number("now")
	return &server{given, now}, err
}

// Each answers nothing or {"events": [...]}: what the node sends and stores because of the request.
var serverOperations = map[string]func(*server, object) (object, error){
	// Finish what was begun.
	"barrier": func(*server, object) (object, error) { return object{}, nil },
	// Let the timers run.
	"tick": func(*server, object) (object, error) { return object{}, nil },
	"clock.set": func(party *server, given object) (object, error) {
		now, err := given.number("now")
		if err == nil {
			party.now = now
		}
		return object{}, err
	},
	// offer_paths_request, serve_static_invoice and invoice_request come here.
	"om.deliver": func(*server, object) (object, error) { return object{}, nil },
	"server.issue_client_paths": func(*server, object) (object, error) {
		return nil, skipped("answer with paths for this client")
	},
}

// roles is what `hello` lists: {"server"}, when the frame is filled in.
var roles = []string{}

// The party of `init`.
var party *server

// ---- The members of `in`: what is missing or of a wrong type is an error, never a verdict

func (given object) text(name string) (string, error) {
	text, ok := given[name].(string)
	if !ok {
		return "", fmt.Errorf("%s: a string is needed", name)
	}
	return text, nil
}

func (given object) bytes(name string) ([]byte, error) {
	text, err := given.text(name)
	if err != nil {
		return nil, err
	}
	data, err := hex.DecodeString(text)
	if err != nil || strings.ToLower(text) != text {
		return nil, fmt.Errorf("%s: lower-case hex is needed", name)
	}
	return data, nil
}

func (given object) number(name string) (uint64, error) {
	text, err := given.text(name)
	if err != nil {
		return 0, err
	}
	value, err := strconv.ParseUint(text, 10, 64)
	if err != nil || strconv.FormatUint(value, 10) != text {
		return 0, fmt.Errorf("%s: a u64 as a decimal string is needed", name)
	}
	return value, nil
}

// ---- The protocol

func hello() object {
	listed := []string{}
	for name := range operations {
		if !unfinished[name] {
			listed = append(listed, name)
		}
	}
	capabilities := object{}
	if len(roles) > 0 {
		listed = append(listed, "init")
		for name := range serverOperations {
			listed = append(listed, name)
		}
		capabilities["depths"] = []string{"payload"}
	}
	sort.Strings(listed)
	return object{
		"protocol":       1,
		"implementation": object{"name": "template", "version": "1", "language": "Go", "url": ""},
		"operations":     listed,
		"roles":          roles,
		"profiles":       []string{}, // {"blip66-draft"}, when there is an operation whose cases name a profile
		"capabilities":   capabilities,
	}
}

func perform(op string, given object) (object, error) {
	switch {
	case op == "hello":
		return hello(), nil
	case op == "init":
		if role, _ := given.text("role"); role != "server" {
			return nil, skipped("no role " + role)
		}
		made, err := newServer(given)
		if err == nil {
			party = made
		}
		return object{}, err
	case operations[op] != nil:
		return operations[op](given)
	case serverOperations[op] == nil:
		return nil, skipped("no operation " + op)
	case party == nil:
		return nil, errors.New(op + " before init")
	}
	return serverOperations[op](party, given)
}

type request struct {
	ID     json.RawMessage `json:"id"`
	Op     string          `json:"op"`
	In     object          `json:"in"`
	Repeat *uint64         `json:"repeat"`
}

func answer(line []byte) (response object) {
	var asked request
	response = object{"id": nil}
	// Also what the library panics with is an answer.
	defer func() {
		if problem := recover(); problem != nil {
			response["outcome"], response["detail"] = "error", fmt.Sprint(problem)
		}
	}()
	err := json.Unmarshal(line, &asked)
	if len(asked.ID) > 0 {
		response["id"] = asked.ID
	}
	if err == nil && asked.In == nil {
		err = errors.New("in: an object is needed")
	}
	if err != nil {
		response["outcome"], response["detail"] = "error", err.Error()
		return response
	}
	times := uint64(1)
	if asked.Repeat != nil {
		times = *asked.Repeat
	}
	var out object
	began := time.Now()
	for ; times > 0 && err == nil; times-- {
		out, err = perform(asked.Op, asked.In)
	}
	elapsed := time.Since(began)
	var reason refused
	var why skipped
	switch {
	case errors.As(err, &reason):
		response["outcome"], response["reason"], response["detail"] = "reject", string(reason), ""
	case errors.As(err, &why):
		response["outcome"], response["detail"] = "skip", string(why)
	case err != nil:
		response["outcome"], response["detail"] = "error", err.Error()
	default:
		response["outcome"], response["out"] = "accept", out
		if asked.Repeat != nil {
			response["elapsed_ns"] = strconv.FormatInt(elapsed.Nanoseconds(), 10)
		}
	}
	return response
}

func main() {
	input := bufio.NewReader(os.Stdin)
	for {
		// Not a Scanner: a line may hold up to 16 MiB.
		line, err := input.ReadBytes('\n')
		if len(line) > 0 {
			text, problem := json.Marshal(answer(bytes.TrimSuffix(line, []byte("\n"))))
			if problem != nil {
				fmt.Fprintln(os.Stderr, problem)
				os.Exit(1)
			}
			os.Stdout.Write(append(text, '\n'))
		}
		if err == io.EOF {
			return
		} else if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
