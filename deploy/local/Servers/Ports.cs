using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Tiltas.Local.Servers;

/// <summary>
/// Which port is whose. A port once given is kept in a file and given again, so that addresses survive a restart; if
/// another program took it meanwhile, a new one is found.
/// </summary>
public sealed class Ports
{
    private const int Lowest = 10_000;
    private const int Highest = 32_000;
    private readonly string _file;
    private readonly Dictionary<string, int> _given;
    private readonly Lock _lock = new();
    private int _next = System.Security.Cryptography.RandomNumberGenerator.GetInt32(Lowest, Highest);

    /// <summary>Ports kept in this file; it need not exist.</summary>
    public Ports(string file)
    {
        _file = file;
        _given = File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(file))! : [];
    }

    /// <summary>The port of this name on the loopback interface.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="wanted">Asked for first if none was given before.</param>
    public int Take(string name, int wanted = 0)
    {
        lock (_lock)
        {
            if (_given.TryGetValue(name, out var before) && IsFree(before)) return before;
            var port = wanted != 0 && IsFree(wanted) ? wanted : AnyFree();
            while (_given.ContainsValue(port)) port = AnyFree();
            _given[name] = port;
            Json.WriteFile(_file, _given);
            return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            Probe(port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // Below the ports that the system gives to connections going out, any of which may take one between this look and the server's
    // start; and in a place of its own, because other networks may look at the same moment.
    private int AnyFree()
    {
        for (var tried = 0; tried < Highest - Lowest; tried++)
        {
            if (++_next >= Highest) _next = Lowest;
            if (IsFree(_next)) return _next;
        }
        throw new LocalException("No port is free on the loopback interface.");
    }

    private static void Probe(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
    }
}
