// The same token by AWS's SDK for Go, the way its documentation shows: for make bench.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/rds/rdsutils"
)

func main() {
	current := session.Must(session.NewSession())
	token, err := rdsutils.BuildAuthToken(os.Args[1], os.Args[2], os.Args[3], current.Config.Credentials)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(token)
}
