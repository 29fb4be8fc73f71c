package interview

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"entente/articles"
	"entente/articles/draft"
	"entente/articles/source"
	"entente/document"
)

// A questionnaire asks its way through an agreement. Every question has a default where there is a usual
// answer; an answer that will not do is asked for again, with the reason.
type questionnaire struct {
	asked respondent
	a     articles.Agreement
	err   error // the first; later questions are not asked
}

// A respondent answers questions: somebody at a terminal, or a form that was filled in.
type respondent interface {
	// hear is told what heads the questions that follow.
	hear(text string)
	// know is told what is to be known of the last answer.
	know(text string)
	// answer answers a question that has a usual answer, or none if that is empty. wrong says why the answer
	// before will not do; nil at first. Without an answer the question is left open; the error ends all.
	answer(q Question, wrong error) (answer string, ok bool, err error)
}

// ErrUnanswered ends an interview whose answers end before its questions do.
var ErrUnanswered = errors.New("the questions were not all answered; nothing was written")

// say heads a group of questions.
func (q *questionnaire) say(format string, args ...any) {
	if q.err == nil {
		q.asked.hear(fmt.Sprintf(format, args...))
	}
}

// tell says what is to be known of the last answer.
func (q *questionnaire) tell(format string, args ...any) {
	if q.err == nil {
		q.asked.know(fmt.Sprintf(format, args...))
	}
}

// ask asks until read takes the answer and checking has nothing against what it put at path, or until
// there is no answer. An empty answer is the usual one.
func (q *questionnaire) ask(path, question, usual string, read func(string) error) {
	q.put(Question{Path: path, Text: question, Usual: usual}, read)
}

func (q *questionnaire) put(one Question, read func(string) error) {
	var wrong error
	for q.err == nil {
		answer, ok, err := q.asked.answer(one, wrong)
		if err != nil || !ok {
			q.err = err
			return
		}
		if answer == "" {
			answer = one.Usual
		}
		if wrong = q.take(one.Path, answer, read); wrong == nil {
			return
		}
	}
}

func (q *questionnaire) take(path, answer string, read func(string) error) error {
	if answer == "" {
		return errors.New("an answer is needed here")
	}
	if err := source.Fillable(answer); err != nil {
		return err
	}
	if err := read(answer); err != nil {
		return err
	}
	return draft.Objection(q.a, path)
}

func (q *questionnaire) text(path, question, usual string, into *string) {
	q.ask(path, question, usual, func(s string) error { *into = s; return nil })
}

// read is for values that read themselves: dates, durations, percentages, addresses.
func (q *questionnaire) read(path, question, usual string, into interface{ UnmarshalText([]byte) error }) {
	q.ask(path, question, usual, func(s string) error { return into.UnmarshalText([]byte(s)) })
}

func (q *questionnaire) yes(path, question string, usual bool) (answer bool) {
	word := map[bool]string{true: "yes", false: "no"}
	q.put(Question{Path: path, Text: question, Usual: word[usual], Of: []string{"yes", "no"}}, func(s string) error {
		switch strings.ToLower(s) {
		case "y", "yes":
			answer = true
		case "n", "no":
			answer = false
		default:
			return errors.New("answer yes or no")
		}
		return nil
	})
	return answer
}

// choose asks for one of a few words.
func (q *questionnaire) choose(path, question, usual string, of []string, put func(string)) {
	q.put(Question{Path: path, Text: question, Usual: usual, Of: of}, func(s string) error {
		s = strings.ToLower(s)
		put(s)
		return oneOf(s, of)
	})
}

// number asks for a whole number from least to most.
func (q *questionnaire) number(path, question string, usual, least, most int, put func(int)) {
	q.ask(path, question, fmt.Sprint(usual), func(s string) error {
		var n int
		if _, err := fmt.Sscanf(s, "%d", &n); err != nil || fmt.Sprint(n) != s || n < least || n > most {
			return fmt.Errorf("write a whole number from %d to %d", least, most)
		}
		put(n)
		return nil
	})
}

// list asks for one or more values between commas.
func (q *questionnaire) list(path, question, usual string, put func([]string) error) {
	q.ask(path, question+", separated by commas", usual, func(s string) error {
		var values []string
		for one := range strings.SplitSeq(s, ",") {
			if one = strings.TrimSpace(one); one != "" {
				values = append(values, one)
			}
		}
		if len(values) == 0 {
			return errors.New("at least one is needed")
		}
		return put(values)
	})
}

// oneOf refuses what is not among the choices.
func oneOf(s string, choices []string) error {
	if slices.Contains(choices, s) {
		return nil
	}
	return fmt.Errorf("%q is not a choice: write %s", s, document.Either(choices))
}
