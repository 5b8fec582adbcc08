Console.Error.WriteLine("usage: tiltas up | down | demo | test | bench | status"); return 2;
