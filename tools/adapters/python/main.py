"""The adapter: requests on standard input, answers on standard output."""

from blip66_adapter.protocol import main

if __name__ == "__main__":
    main()
